"""The pair matrix: variants in which every two answers meet, each rendered, checked and tested."""
