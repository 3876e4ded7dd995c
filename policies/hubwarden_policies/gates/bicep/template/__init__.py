"""From the tree of a Bicep file to the ARM template that `bicep build` would make of it.

Language version 2.0, with symbolic names. What Bicep writes for the reader of the template
(metadata, `dependsOn`, definitions of types) is left out.
"""
