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
    "seeds/15_variable_errors": "`torch.FloatTensor(...)` calls a type of C's, "
    "and nobody is told: the tensor is there without what made it",
    "fuzz/28_products_with_zeros": "which term of a sum C++ computes first is its "
    "compiler's choice, and so which node of a derivative's derivative runs first",
    "fuzz/127_how_often_gradcheck_asks": "what the function returned to "
    "gradcheck, PyTorch's Python frames hold on to for longer, or shorter, than ours "
    "do",
    "learner/47_writing_over_what_was_saved": "`allow_mutation_on_saved_tensors` "
    "is a dispatch mode of PyTorch's, and beneath one no operation can be heard",
    "fuzz/150_out_that_is_resized": "`matmul(out=)` is one operation here; "
    "PyTorch tells of the `mm` inside",
    "fuzz/153_outputs_that_are_no_floats": "what happens inside a transform of "
    "PyTorch's can't be looked at",
    "learner/102_set_to_other_memory": "on PyTorch a storage is made by a call "
    "that other calls belong to, and what `set_` leads to is told as another one",
    "learner/104_written_without_a_slope": "a class that a mode decorates tells "
    "two changes of the mode more here",
    "learner/105_storages_are_written": "PyTorch's typed storage is written "
    "through a tensor of its own (`tensor`, `select`, `copy_`), ours straight into "
    "memory",
    "learner/111_layers_called_as_they_cant_be": "parameters of lazy layers are "
    "filled through `.data`, each by an `empty` of its own, in PyTorch",
    "learner/112_qr_of_any_shape": "a size that is a tensor is compared and "
    "multiplied before it is read, by operations that are told here",
    "learner/113_rarer_settings_of_layers": "PyTorch gives the warning once per "
    "process: whether a run sees it depends on what ran before",
    "learner/114_tensors_stand_for_settings": "a setting that is a tensor is "
    "looked at by operations of their own in PyTorch's functions",
    "learner/120_ends_sums_and_pools": "some calls are composed of other "
    "operations in PyTorch: of `unsqueeze` and `transpose` where ours takes a "
    "`view`, of a `full_like` and a `new_ones`",
    "learner/131_gradients_of_norms_and_distances": "LAPACK's singular vectors "
    "have another sign in NumPy",
    "learner/132_gradients_of_least_squares_and_attention": "a solution by `gels` "
    "lies in longer memory, where LAPACK was given the right sides",
    "learner/133_versions_of_losses_gradients": "gradients of losses' gradients "
    "take a difference of their own here",
    "learner/140_a_backward_marked_as_once_differentiable": "gradients that a "
    "node `Error` hands on have memory of their own in PyTorch",
    "learner/142_every_warning_every_time": "PyTorch gives the warning once per "
    "process: whether a run sees it depends on what ran before",
    "learner/143_second_gradients_through_writes_to_views": "which of two "
    "gradients of a written view is met first is up to the formulas",
    "learner/144_saved_tensors_asked_for_once": "what lets go of its saved "
    "tensors once they are asked for, only the program may ask on PyTorch",
    "learner/145_when_module_backward_pre_hooks_run": "PyTorch doesn't tell that "
    "a node was given a pre-hook",
    "learner/82_small_questions_to_tensors": "`torch.Tensor(...)` calls a type of "
    "C's, and nobody is told, as in seeds/15",
    "learner/83_strategies_and_batches": "PyTorch walks back once for a batch of "
    "gradients, NumPy row by row",
    "learner/84_what_hooks_pack": "a raw saved tensor that a program holds holds "
    "its node here",
    "learner/86_methods_of_old": "PyTorch gives the warning once per process: "
    "whether a run sees it depends on what ran before",
    "learner/90_averages_of_weights": "PyTorch averages lists of tensors at once, "
    "and one by one in Python of its own",
    "learner/93_powers_and_rounds_of_nothing_more": "PyTorch has made "
    "AccumulateGrads of two weights, to which no edge leads, by the time that a "
    "recurrent layer has refused to be given nothing",
}
#: Calls that random programs are compared without.
CALLS = {
    "gradcheck(": "tells whether a gradient is right, by however many evaluations",
    "torch.func.": "what happens inside a transform of PyTorch's can't be looked at",
    "vectorize=True": "PyTorch walks back once for all rows, NumPy row by row",
}
