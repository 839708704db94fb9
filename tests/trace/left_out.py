"""The one table of what isn't compared of two traces, and why no learner minds."""

from __future__ import annotations

#: What -> why.
LEFT_OUT = {
    "digits": "sums in another order: numbers agree to about four digits",
    "plain operands": "PyTorch doesn't say which plain arguments were left to default",
    "plain saved values": "shapes, strides and flags that a formula may ask for",
    "order of saved": "PyTorch lists its fields by name, ours by formula",
    "copy slices": "PyTorch keeps to itself what an operation on a view has saved",
    "a look at what was saved": "PyTorch tells which node failed in a walk back, not "
    "whose saved tensors a program asked for in vain",
    "workspace": "what oneDNN's LSTM layer keeps for its own walk back",
    "what is kept for a derivative's derivative": "of nodes that nobody called for "
    "(`create_graph=True`) names and edges are compared; in which fields they keep "
    "what, and which of these lead nowhere, is up to the formulas",
    "tensors nobody named": "what a node keeps that no operation of the program made "
    "(a copy, a total, a gradient) has a value and no name",
    "calls that fail": "what a call had done inside before it raised is gone",
    "deaths inside a statement": "PyTorch's composed operations and its walk back hold "
    "on to inner results for longer, or shorter, than NumPy does",
    "deaths in LBFGS": "what it computes on the way lives as long as Python's frames, "
    "which are cut otherwise in PyTorch, while the program's closure runs",
    "deaths after an error": "PyTorch's Python frames hold on to other things than "
    "ours, until the error is forgotten",
    "empty memory": "what `torch.empty` happens to find, until it is written to",
    "empty gradients": "NumPy doesn't know whether what has no elements was expanded, "
    "which PyTorch would copy: at another version",
    "room for out=": "NumPy makes a new array where PyTorch resizes a storage",
    "numbers": "a call may make a tensor of a number, for itself",
    "one bool": "PyTorch keeps a bool that a tensor is multiplied by as a tensor",
    "the handle": "a node's `metadata` holds the stepper's note, if it is printed",
}
#: Recorded programs whose traces differ all the same.
PROGRAMS = {
    "seeds/15_variable_errors": "`torch.FloatTensor(...)` calls a type of C's, and "
    "nobody is told: the tensor is there without what made it",
    "fuzz/28_products_with_zeros": "which term of a sum C++ computes first is its "
    "compiler's choice, and so which node of a derivative's derivative runs first",
    "fuzz/127_how_often_gradcheck_asks": "what the function returned to gradcheck, "
    "PyTorch's Python frames hold on to for longer, or shorter, than ours do",
    "learner/47_writing_over_what_was_saved": "`allow_mutation_on_saved_tensors` is a "
    "dispatch mode of PyTorch's, and beneath one no operation can be heard",
}
#: Calls that random programs are compared without.
CALLS = {
    "gradcheck(": "tells whether a gradient is right, by however many evaluations",
    "torch.func.": "what happens inside a transform of PyTorch's can't be looked at",
    "vectorize=True": "PyTorch walks back once for all rows, NumPy row by row",
}
