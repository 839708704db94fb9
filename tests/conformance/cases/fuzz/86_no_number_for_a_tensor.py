x, y = torch.ones(2), torch.zeros(2)
for name in ("atan2", "maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2", "add", "true_divide", "eq"):
    function, method = getattr(torch, name), getattr(x, name)
    for run in (lambda: function(x, 2), lambda: method(True), lambda: function(x, other=y), lambda: method(y)):
        try:
            print(run())
        except Exception as error:
            print(type(error).__name__, error)
