"""Carries paid requests to a provider in a process that outlives a killed worker.

    worker                               courier, a child in a session of its own
    the SDK builds and signs a request
    CourierTransport ---- errand ------> claims the reserved call: from now on nobody else may send it
                                         asks the provider
                                         keeps the answer in the row of the call
    the SDK parses <----- answer ------- hands it back
    the ledger books it

A worker may die anywhere in the left column: the courier finishes what it carries, keeps it, and
ends. Whoever resumes the import asks the same question under the same ticket, the number of the
call; a courier then finds the answer in the row, or waits for the one that is still on its way
there, on whatever host. Keys and questions go through a socket pair and never touch a disk.

What no process can prevent: that the machine is lost, or the courier itself killed, between the
provider's answer and its commit. Nobody repeats such a call before its time is over, and its
estimate stays on the bill.
"""

from imports.adapters.courier.calling import Courier
from imports.adapters.courier.transport import Carried, CourierTransport

__all__ = ["Carried", "Courier", "CourierTransport"]
