"""Site: settings, addresses, schedule."""

import gc

# Loading the product and filling a page make hundreds of thousands of objects, hardly any in a ring: looking for rings
# after every 700 of them, as Python does, is a fifth of the time a process takes to start.
gc.set_threshold(20_000, 20, 20)
