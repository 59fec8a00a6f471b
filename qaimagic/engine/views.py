"""Arrays found in the few that hold them, for use in compiled kernels; see `arrays`."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from qaimagic.engine.arrays import PLACE, PLACES


def _viewer(ndim: int) -> Any:
    """Return what finds an array of so many dimensions: ``view(numbers, integers, number)``.

    Slices with new shapes would do the same, and take numba a second to compile. What is found
    does not keep ``numbers`` alive.
    """

    @intrinsic
    def view(typing: Any, numbers: Any, integers: Any, number: Any) -> Any:
        found = types.Array(numbers.dtype, ndim, "C")

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            source, places = (
                context.make_array(kind)(context, builder, value)
                for kind, value in zip(signature.args[:2], values[:2], strict=True)
            )
            size = values[2].type
            place = builder.add(
                builder.mul(values[2], ir.Constant(size, PLACE)), ir.Constant(size, PLACES)
            )
            start, *shape = (
                builder.load(builder.gep(places.data, [builder.add(place, ir.Constant(size, k))]))
                for k in range(ndim + 1)
            )
            itemsize = ir.Constant(
                size, context.get_abi_sizeof(context.get_data_type(numbers.dtype))
            )
            strides = [itemsize]
            for length in reversed(shape[1:]):
                strides.insert(0, builder.mul(strides[0], length))
            array = context.make_array(found)(context, builder)
            populate_array(
                array,
                data=builder.gep(source.data, [start]),
                shape=shape,
                strides=strides,
                itemsize=itemsize,
                meminfo=None,
            )
            return array._getvalue()

        return found(numbers, integers, types.intp), generate

    return view


VIEWS = tuple(_viewer(ndim) for ndim in range(1, PLACE))
"""By the number of dimensions less one: ``view(numbers, integers, number)`` finds an array."""
