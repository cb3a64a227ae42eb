// Ctrl-C, SIGTERM and SIGHUP: asked for by whatever waits.
#pragma once

namespace hamcell {

/// Whether the user wants hamcell to stop. A signal that was ignored when hamcell was started (nohup, a
/// shell's background job) says nothing.
bool is_interrupted();

/// `last` is called, in a signal handler, before a second signal ends the process; null: nothing is.
void set_last_act(void (*last)());

/// From here on the signals are heeded; a second one ends the process at once, with status 130.
void listen_for_interrupts();

}  // namespace hamcell
