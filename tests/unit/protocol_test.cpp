// Messages between driver and runner.
#include "run/protocol.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "base/file.h"

using namespace hamcell;

namespace {

struct Connection {
  OwnedFd driver, runner;
  Connection() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    driver.reset(ends[0]);
    runner.reset(ends[1]);
    ::fcntl(driver.get(), F_SETFL, O_NONBLOCK);
  }
};

using State = MessageReader::State;

}  // namespace

TEST_CASE("Messages that were sent together are read one after the other") {
  Connection connection;
  std::string messages;
  for (const char* text : {"one", "", "three"}) add_message(messages, text);
  REQUIRE(send_messages(connection.runner.get(), messages));
  MessageReader reader;
  std::string_view text;
  CHECK_FALSE(reader.has_message());
  for (const std::string_view expected : {"one", "", "three"}) {
    REQUIRE(reader.read(connection.driver.get(), text) == State::message);
    CHECK(text == expected);
    CHECK(reader.has_message() == (expected != "three"));
  }
  CHECK(reader.read(connection.driver.get(), text) == State::waiting);
}

TEST_CASE("A message that has come in part is waited for, and one whose sender is gone is not") {
  Connection connection;
  std::string messages;
  add_message(messages, "whole");
  MessageReader reader;
  std::string_view text;
  REQUIRE(send_messages(connection.runner.get(), messages.substr(0, 6)));
  CHECK(reader.read(connection.driver.get(), text) == State::waiting);
  REQUIRE(send_messages(connection.runner.get(), messages.substr(6) + messages.substr(0, 3)));
  REQUIRE(reader.read(connection.driver.get(), text) == State::message);
  CHECK(text == "whole");
  connection.runner.reset();
  CHECK(reader.read(connection.driver.get(), text) == State::closed);
}

TEST_CASE("Two sides that send more than there is room for do not wait for each other") {
  Connection connection;
  const std::string large(std::size_t{4} << 20U, 'x');
  std::string messages;
  add_message(messages, large);
  // The runner reads nothing before it has sent everything.
  std::thread runner([&] {
    MessageReader reader;
    std::string_view text;
    CHECK(send_messages(connection.runner.get(), messages));
    for (const std::string_view expected : {std::string_view(large), std::string_view("behind")}) {
      CHECK(reader.read(connection.runner.get(), text) == State::message);
      CHECK(text == expected);
    }
  });
  MessageQueue queue;
  queue.add(large);
  REQUIRE(queue.send(connection.driver.get()));
  // The rest is kept, and what is added comes behind it.
  CHECK(queue.size() > 0);
  CHECK(queue.size() < large.size());
  queue.add("behind");
  MessageReader reader;
  std::string_view text;
  State state = State::waiting;
  while (state == State::waiting) {
    pollfd wait{connection.driver.get(), POLLIN, 0};
    ::poll(&wait, 1, -1);
    state = reader.read(connection.driver.get(), text);
  }
  CHECK(state == State::message);
  CHECK(text == large);
  while (queue.size() > 0) {
    pollfd wait{connection.driver.get(), POLLOUT, 0};
    ::poll(&wait, 1, -1);
    REQUIRE(queue.send(connection.driver.get()));
  }
  runner.join();
}

TEST_CASE("What is queued for somebody who is gone cannot be sent") {
  Connection connection;
  connection.runner.reset();
  MessageQueue queue;
  CHECK(queue.send(connection.driver.get()));
  queue.add("text");
  CHECK_FALSE(queue.send(connection.driver.get()));
}

TEST_CASE("The arguments of a call come as they were sent") {
  Command command;
  command.arguments = {{7, true, std::nullopt, "", {}, true},
                       {8, false, std::string("\x01", 1), "", {}, false},
                       {9, false, std::nullopt, "/store/file", digest_of("value"), false}};
  Command read;
  REQUIRE(from_bytes(to_bytes(command), read));
  CHECK(to_bytes(read) == to_bytes(command));
  REQUIRE(read.arguments.size() == 3);
  CHECK(read.arguments[0].value == 7);
  CHECK(read.arguments[0].is_held);
  CHECK(read.arguments[0].is_last_use);
  CHECK(read.arguments[1].bytes == std::string("\x01", 1));
  CHECK_FALSE(read.arguments[2].bytes);
  CHECK(read.arguments[2].file == "/store/file");
  CHECK(read.arguments[2].content == digest_of("value"));
}
