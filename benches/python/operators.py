"""Lists the operators of an instance of IBM Streams, or asks for the output ports of the first ones, with the Python client: prints the
seconds and how many there were.

    operators.py URL USER PASSWORD list|follow COUNT
"""

import sys
import time

from streamsx.rest import StreamsConnection

url, user, password, part, count = sys.argv[1:]
instance = StreamsConnection(user, password, url).get_instances()[0]
if part == "list":
    start = time.perf_counter()
    made = len(instance.get_operators())
else:
    operators = instance.get_operators()[: int(count)]
    start = time.perf_counter()
    made = sum(len(operator.get_output_ports()) for operator in operators)
print(time.perf_counter() - start, made)
