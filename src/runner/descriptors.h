// The descriptors that the runner lives by, kept from a node that closes all that it finds.
#pragma once

namespace hamcell {

/// Moves the connection to the driver, and copies of both outputs, to where no node looks for them, and keeps
/// them open whatever nodes close. Gives the connection's new number.
int protect_descriptors(int connection);

/// Both outputs as they were at the start: a pipe.
int printed_pipe();

/// Puts standard input and both outputs back if a node closed or replaced them; true when one of them was.
bool restore_standard_streams();

}  // namespace hamcell
