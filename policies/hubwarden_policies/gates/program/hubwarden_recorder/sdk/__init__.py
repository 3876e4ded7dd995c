"""The engine's side of Pulumi's SDK: monitor, engine, and what the SDK is told."""
