// Nothing to call: the object is there to be linked.
