"""Rows: short vectors of numbers that a processor works on at once, for use in compiled kernels.

A row fills one cache line, 16 numbers in single precision or 8 in double. The engine keeps
amplitudes as rows of real parts followed by imaginary parts; half a row is its ``lanes``. Written
as LLVM vector instructions, so that the kernels do not depend on a compiler's guess.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import PrimitiveModel
from numba.extending import intrinsic, register_model

WIDTHS = {types.float32: 16, types.float64: 8}
_FAST = ("contract", "nsz")


class Row(types.Type):
    """The compiler's type of a row."""

    def __init__(self, scalar: Any, width: int) -> None:
        self.scalar = scalar
        self.width = width
        super().__init__(name=f"Row({scalar}, {width})")


@register_model(Row)
class _RowModel(PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, row: Row) -> None:
        scalar = ir.FloatType() if row.scalar == types.float32 else ir.DoubleType()
        super().__init__(manager, row, ir.VectorType(scalar, row.width))


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any, row: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    offset = builder.mul(index, ir.Constant(index.type, row.count))
    return builder.bitcast(builder.gep(data, [offset]), row.as_pointer())


def _loader(share: int) -> Any:
    @intrinsic
    def load(typing: Any, array: Any, index: Any) -> Any:
        row = Row(array.dtype, WIDTHS[array.dtype] // share)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            vector = context.get_value_type(signature.return_type)
            place = _pointer(context, builder, signature.args[0], values[0], values[1], vector)
            value = builder.load(place)
            value.align = 4
            return value

        return row(array, types.intp), generate

    return load


load = _loader(1)
"""``load(array, index)``: the row at ``index``, counted in rows."""

load_lanes = _loader(2)
"""``load_lanes(array, index)``: the half row at ``index``, counted in half rows."""


@intrinsic
def store(typing: Any, array: Any, index: Any, row: Any) -> Any:
    """Write a row or half row at ``index``, counted in its own width."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _pointer(context, builder, signature.args[0], values[0], values[1], values[2].type)
        builder.store(values[2], place).align = 4
        return context.get_dummy_value()

    return types.void(array, types.intp, row), generate


def _elementwise(name: str) -> Any:
    @intrinsic
    def operation(typing: Any, a: Any, b: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return getattr(builder, name)(*values, flags=_FAST)

        return a(a, b), generate

    return operation


add = _elementwise("fadd")
sub = _elementwise("fsub")
mul = _elementwise("fmul")


@intrinsic
def nearest(typing: Any, a: Any) -> Any:
    """Round every number to the nearest integer."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = values[0].type
        scalar = "f32" if a.scalar == types.float32 else "f64"
        name = f"llvm.rint.v{a.width}{scalar}"
        rint = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(vector, [vector]), name
        )
        return builder.call(rint, values)

    return a(a), generate


@intrinsic
def fill(typing: Any, like: Any, value: Any) -> Any:
    """Return a row of the type of ``like`` that holds ``value`` everywhere."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        scalar = context.cast(builder, values[1], signature.args[1], like.scalar)
        vector = values[0].type
        first = builder.insert_element(
            ir.Constant(vector, ir.Undefined), scalar, ir.Constant(ir.IntType(32), 0)
        )
        return _shuffled(builder, first, first, [0] * vector.count)

    return like(like, value), generate


@intrinsic
def choose(typing: Any, condition: Any, a: Any, b: Any) -> Any:
    """Return ``a`` where the (scalar) condition holds, else ``b``."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        holds = context.cast(builder, values[0], signature.args[0], types.boolean)
        return builder.select(holds, values[1], values[2])

    return a(condition, a, b), generate


@intrinsic
def parity(typing: Any, bits: Any) -> Any:
    """Return whether the number of ones in an integer is odd."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.trunc(builder.ctpop(values[0]), ir.IntType(1))

    return types.boolean(bits), generate


def _shuffled(builder: Any, a: Any, b: Any, order: list[int]) -> Any:
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order)
    return builder.shuffle_vector(a, b, mask)


def _reordered(order_of: Callable[[int], list[int]], shape: Callable[[Row], Row]) -> Any:
    @intrinsic
    def reorder(typing: Any, row: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return _shuffled(builder, values[0], values[0], order_of(row.width))

        return shape(row)(row), generate

    return reorder


real_part = _reordered(
    lambda width: list(range(width // 2)), lambda row: Row(row.scalar, row.width // 2)
)
imag_part = _reordered(
    lambda width: list(range(width // 2, width)), lambda row: Row(row.scalar, row.width // 2)
)
twice = _reordered(lambda width: list(range(width)) * 2, lambda row: Row(row.scalar, row.width * 2))
"""``twice(lanes)``: the row whose halves are both ``lanes``."""

swapped = _reordered(lambda width: [*range(width // 2, width), *range(width // 2)], lambda row: row)
"""``swapped(row)``: imaginary parts first."""


@intrinsic
def joined(typing: Any, real: Any, imag: Any) -> Any:
    """Return the row of the given real and imaginary parts."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return _shuffled(builder, values[0], values[1], list(range(2 * real.width)))

    return Row(real.scalar, 2 * real.width)(real, imag), generate


@intrinsic
def crossed(typing: Any, row: Any, mask: Any) -> Any:
    """Return the row whose number ``l`` is number ``l ^ mask`` of ``row``."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        row_value, mask_value = values
        bit = 1
        while bit < row.width:
            moved = _shuffled(builder, row_value, row_value, [i ^ bit for i in range(row.width)])
            constant = ir.Constant(mask_value.type, bit)
            is_set = builder.icmp_signed("!=", builder.and_(mask_value, constant), constant.type(0))
            row_value = builder.select(is_set, moved, row_value)
            bit *= 2
        return row_value

    return row(row, types.intp), generate


@intrinsic
def walsh_lanes(typing: Any, half: Any) -> Any:
    r"""Return the Walsh-Hadamard transform of a half row, :math:`\sum_l (-1)^{k \cdot l} r_l`."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        [value] = values
        bit = 1
        while bit < half.width:
            moved = _shuffled(builder, value, value, [i ^ bit for i in range(half.width)])
            signs = ir.Constant(value.type, [-1.0 if i & bit else 1.0 for i in range(half.width)])
            value = builder.fadd(moved, builder.fmul(value, signs, flags=_FAST), flags=_FAST)
            bit *= 2
        return value

    return half(half), generate


@intrinsic
def total(typing: Any, row: Any) -> Any:
    """Return the sum of a row's numbers."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        [value] = values
        width = row.width
        while width > 1:
            width //= 2
            low = _shuffled(builder, value, value, list(range(width)))
            high = _shuffled(builder, value, value, list(range(width, 2 * width)))
            value = builder.fadd(low, high)
        return builder.extract_element(value, ir.Constant(ir.IntType(32), 0))

    return row.scalar(row), generate
