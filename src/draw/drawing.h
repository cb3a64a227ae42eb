// The pictures of one command, drawn by hamcell-draw while the driver does other things.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "draw/request.h"

namespace hamcell {

class Drawing {
 public:
  Drawing() = default;
  /// Waits for the pictures that are being drawn, unless the user wants hamcell to stop.
  ~Drawing();
  Drawing(const Drawing&) = delete;
  Drawing& operator=(const Drawing&) = delete;

  /// Begins to draw a picture, and returns at once. A file that holds it already is left alone; one that is
  /// older than `made_from_ns` then gets the time of now. Where the request says that the picture comes
  /// back, its file is left alone, and only named in messages. Texts are written here and now. Throws Failure
  /// (storage) where no file can be put, or hamcell-draw cannot be started; (interrupted) like finish.
  void begin(PictureRequest request, std::int64_t made_from_ns);

  /// Waits until every picture that was begun is where it belongs, or known to fail; the answers are in the
  /// order of the requests. Throws Failure (interrupted) when the user wants hamcell to stop meanwhile.
  std::vector<PictureAnswer> finish();

 private:
  struct Picture {
    std::string file;
    Digest description;
    bool is_asked_for = false;     ///< of hamcell-draw; otherwise the answer is known
    bool is_written_here = false;  ///< by the driver, which alone can reach the file
    PictureAnswer answer;
  };

  void start();
  /// Sends to hamcell-draw what there is room for. Where it has ended there will be no answer, which says
  /// enough.
  void send_some();
  /// Takes in what hamcell-draw says of a picture.
  void take(Picture& picture);
  /// The answers of hamcell-draw as far as it gives them. False when the user wants hamcell to stop.
  bool collect_answers();
  /// Waits for the end of hamcell-draw, ends it before that if it must, and returns its status.
  int end(bool must_end);

  std::vector<Picture> pictures_;
  pid_t pid_ = -1;           ///< of hamcell-draw; -1: it does not run
  OwnedFd socket_, errors_;  ///< `errors_`: a file in memory that takes what it says
  std::string to_send_;      ///< requests that it has not taken yet
};

}  // namespace hamcell
