import pulumi

LINES = {"line-1": "press", "line-2": "oven"}


def machine(line):
    return LINES[line]


pulumi.export("machine", machine("line-7"))
