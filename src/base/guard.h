// A process that outlives the driver, if only for a moment: whatever ends the driver, SIGKILL included, the
// guard then ends the process groups that the driver had started, and removes its temporary folders.
#pragma once

#include <sys/types.h>

#include <string>

namespace hamcell {

/// The kernel ends a direct child with its parent (PR_SET_PDEATHSIG), but not that child's children: a
/// compiler's passes, or what a node has started. The guard is a fork of the driver that has nothing to do
/// until the pipe that ties it to the driver closes. Until then the two share memory, and the driver's first
/// write to each page that it has by now copies that page: so the guard is forked before there is much.
void prepare_guard();

/// It is watched from now on. Forks the guard where that was not done.
void guard_group(pid_t group);

/// The group has ended, so its number may become another's.
void forget_group(pid_t group);

/// The same for a folder that mkdtemp has made: the guard removes it with everything in it.
void guard_folder(const std::string& folder);

/// The folder has been removed.
void forget_folder(const std::string& folder);

}  // namespace hamcell
