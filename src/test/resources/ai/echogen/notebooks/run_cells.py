"""Runs Python cells: a JSON string a line comes in, an object with the cell's outputs goes out.

As in Jupyter: what is printed, figures of matplotlib, and the value of the last line if that is an
expression without a semicolon, by its _repr_png_, _repr_html_ or repr.
"""

import ast
import base64
import contextlib
import io
import json
import sys
import traceback

import matplotlib.pyplot as plt


def lines(text):
    return text.splitlines(keepends=True)


def png(data):
    return base64.encodebytes(data).decode()


def shown(value):
    """The forms of a value, by their MIME type."""
    data = {}
    if hasattr(value, "_repr_png_"):
        data["image/png"] = png(value._repr_png_())
    html = value._repr_html_() if hasattr(value, "_repr_html_") else None
    if html:
        data["text/html"] = lines(html)
    data["text/plain"] = lines(repr(value)) if "image/png" not in data else ["a picture"]
    return data


def figures():
    """The figures that a cell has drawn, as the inline backend shows them."""
    outputs = []
    for number in plt.get_fignums():
        file = io.BytesIO()
        plt.figure(number).savefig(file, format="png", dpi=72, bbox_inches="tight")
        data = {"image/png": png(file.getvalue()), "text/plain": ["a figure"]}
        outputs.append({"output_type": "display_data", "metadata": {}, "data": data})
    plt.close("all")
    return outputs


def run(source, names):
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed = io.StringIO()
    value = None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    outputs = []
    if printed.getvalue():
        text = lines(printed.getvalue())
        outputs.append({"output_type": "stream", "name": "stdout", "text": text})
    if value is not None and not source.rstrip().endswith(";"):
        outputs.append({"output_type": "execute_result", "metadata": {}, "data": shown(value)})
    return outputs + figures()


def main():
    names = {"__name__": "__main__"}
    for line in sys.stdin:
        try:
            answer = {"outputs": run(json.loads(line), names)}
        except BaseException:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


main()
