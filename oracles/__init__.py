"""Oracles: what judges histories, crash states and system calls, for validators and harnesses.

Standard library only. The package lies in the sandbox's images as it is here, and on the path of a
package's validators, which import the module that they need:

    from oracles.feedback import Rejection, accept, reject

    feedback           what a validator says: accepted with counters, rejected, or undecided
    candidate          start, talk to and kill the candidate's program, from a harness
    open_loop          requests at a fixed rate, and how long each took
    interact           joins an interactor's streams to the candidate's; started by the judge
    histories          histories of a bounded queue: the few patterns that a queue can't show
    linearizability    any sequential model, by search, with a budget and the answer *unknown*
    crash_states       a disk of sectors: what a crash leaves, and what must come back
    file_crashes       the system calls of a program that saves a file, and what a crash then leaves

May enter: nothing of ours. Each rule has a good and a bad example in tests/oracles/.
"""
