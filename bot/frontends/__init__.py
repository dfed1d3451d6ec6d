"""Front ends: each turns a source tree into evaluated configurations."""
