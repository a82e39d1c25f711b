import Store
import Testing

struct SpoolTests {}
