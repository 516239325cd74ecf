"""The graph that every in-memory kernel reads: sorted ids and a compressed sparse row matrix."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

_INT32_MAX = np.iinfo(np.int32).max


@dataclass(frozen=True, eq=False)
class Graph:
    """A weighted graph without self-loops and parallel edges; vertices are numbered from 0 in order of ids.

    ids: every vertex id once, ascending (strings by code point).
    indptr, indices, weights: row v holds the heads of the arcs leaving v, ascending, and their weights, all
        above 0. An undirected edge is in both rows.
    is_directed: whether an arc and its reverse are different edges.
    self_loops: how many input rows connected a vertex with itself and were left out.
    """

    ids: pa.Array
    indptr: NDArray[Any]
    indices: NDArray[Any]
    weights: NDArray[np.float64]
    is_directed: bool
    self_loops: int = 0

    @property
    def vertex_count(self) -> int:
        """Number of vertices, isolated ones included."""
        return len(self.ids)

    @property
    def edge_count(self) -> int:
        """Number of different edges; an undirected edge counts once."""
        return len(self.indices) if self.is_directed else len(self.indices) // 2

    def matrix(self, *, weighted: bool = True) -> sparse.csr_matrix:
        """Adjacency matrix (row = tail, column = head) with the weights, or with ones."""
        values = self.weights if weighted else np.ones(len(self.weights))
        shape = (self.vertex_count, self.vertex_count)
        return sparse.csr_matrix((values, self.indices, self.indptr), shape=shape)

    def undirected(self) -> "Graph":
        """The same graph without directions: the weight of an edge is the sum of its two arcs."""
        if not self.is_directed:
            return self
        matrix = self.matrix()
        both_ways = (matrix + matrix.T).tocsr()
        return of_matrix(self.ids, both_ways, is_directed=False, self_loops=self.self_loops)


def from_edges(
    edges: pa.Table | pa.RecordBatch, *, directed: bool, vertices: pa.Array | pa.ChunkedArray | None = None
) -> Graph:
    """Build a graph from rows of edges; the result does not depend on the order of rows and chunks.

    Args:
        edges: columns source, target (ids of any one sortable type, never null) and, optionally,
            weight (a number above 0; 1 where the column is absent). Other columns are ignored.
        directed: whether a row goes from source to target only.
        vertices: ids that belong to the graph even without an edge; may contain duplicates.
    Returns: the graph. Parallel edges become one edge with the sum of their weights (undirected: a-b and b-a are
        parallel). Rows whose source is their target add no edge but keep their vertex, and are counted.
    Raises: ValueError naming the column and row when an id or weight is missing, or a weight is not above 0;
        KeyError when a column is missing.
    """
    columns = [_column(edges, "source"), _column(edges, "target")]
    if vertices is not None:
        columns.append(_checked(vertices, "vertices"))
    ids, dense = _dense(columns)
    source, target = dense[: edges.num_rows], dense[edges.num_rows : 2 * edges.num_rows]
    weight = _weights(edges)

    is_loop = source == target
    self_loops = int(np.count_nonzero(is_loop))
    if self_loops:
        source, target = source[~is_loop], target[~is_loop]
        weight = None if weight is None else weight[~is_loop]
    if not directed:
        source, target = np.minimum(source, target), np.maximum(source, target)

    tail, head, weight = _merge_parallel(source, target, weight, len(ids))
    shape = (len(ids), len(ids))
    indptr = np.zeros(len(ids) + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=len(ids)), out=indptr[1:])
    matrix = sparse.csr_matrix((weight, head, indptr), shape=shape)
    if not directed:
        matrix = (matrix + matrix.T).tocsr()
    return of_matrix(ids, matrix, is_directed=directed, self_loops=self_loops)


def of_matrix(ids: pa.Array, matrix: sparse.csr_matrix, *, is_directed: bool, self_loops: int = 0) -> Graph:
    """The graph of an adjacency matrix with weights above 0 and an empty diagonal, symmetric where undirected."""
    matrix.sort_indices()
    is_small = max(matrix.nnz, len(ids)) <= _INT32_MAX
    index_type = np.int32 if is_small else np.int64
    arrays = (matrix.indptr.astype(index_type), matrix.indices.astype(index_type), matrix.data.astype(np.float64))
    for array in arrays:
        array.flags.writeable = False
    return Graph(ids, *arrays, is_directed=is_directed, self_loops=self_loops)


def _column(edges: pa.Table | pa.RecordBatch, name: str) -> pa.ChunkedArray:
    if name not in edges.schema.names:
        raise KeyError(f"edges: no column {name!r} among {edges.schema.names}; expected source, target[, weight]")
    return _checked(edges.column(name), name)


def _checked(column: pa.Array | pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    if isinstance(column, pa.Array):
        column = pa.chunked_array([column])
    if column.null_count:
        row = pc.index(column.is_null(), True).as_py()
        raise ValueError(
            f"edges: {name} is null in row {row} ({column.null_count} in all); filter such rows beforehand"
        )
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column


def _dense(columns: list[pa.ChunkedArray]) -> tuple[pa.Array, NDArray[np.int64]]:
    """Sorted unique ids of all columns, and for each value, column by column, its position among them."""
    types = {column.type for column in columns if not pa.types.is_null(column.type)}
    id_type = common_id_type(types)
    values = pa.chunked_array([chunk.cast(id_type) for column in columns for chunk in column.chunks], type=id_type)
    if len(values) == 0:
        return pa.array([], type=id_type), np.empty(0, dtype=np.int64)
    encoded = values.dictionary_encode().unify_dictionaries()
    found = encoded.chunk(0).dictionary
    order = pc.sort_indices(found)
    place = np.empty(len(found), dtype=np.int64)
    place[order.to_numpy()] = np.arange(len(found))
    codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in encoded.chunks])
    return found.take(order), place[codes]


def common_id_type(types: set[pa.DataType]) -> pa.DataType:
    """The type in which ids of these types can be compared.

    Raises: ValueError when there is none, as for strings and integers.
    """
    if not types:
        return pa.string()
    if len(types) == 1 and pa.string_view() not in types:
        return types.pop()
    if types <= {pa.string(), pa.large_string(), pa.string_view()}:
        return pa.large_string()
    if all(pa.types.is_integer(t) for t in types):
        return pa.int64()
    raise ValueError(f"edges: ids are of different types: {sorted(map(str, types))}; cast them to one")


def _weights(edges: pa.Table | pa.RecordBatch) -> NDArray[np.float64] | None:
    if "weight" not in edges.schema.names:
        return None
    weight = _column(edges, "weight").cast(pa.float64()).to_numpy()
    bad = ~(np.isfinite(weight) & (weight > 0))
    if bad.any():
        row = int(np.argmax(bad))
        raise ValueError(f"edges: weight is {weight[row]} in row {row}; expected a finite number above 0")
    return weight


def _merge_parallel(
    source: NDArray[np.int64], target: NDArray[np.int64], weight: NDArray[np.float64] | None, vertex_count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """One row per distinct (source, target), ascending, with the sum of its weights.

    Weights of one edge are added in ascending order: floating-point sums would otherwise depend on the rows'
    order.
    """
    key = source * vertex_count + target
    if weight is None:
        key, count = np.unique(key, return_counts=True)
        total = count.astype(np.float64)
    else:
        order = np.argsort(key)
        key, weight = key[order], weight[order]
        is_first = np.ones(len(key), dtype=bool)
        is_first[1:] = key[1:] != key[:-1]
        edge = np.cumsum(is_first) - 1
        is_parallel = ~is_first
        is_parallel[:-1] |= ~is_first[1:]
        parallel = np.flatnonzero(is_parallel)
        weight[parallel] = weight[parallel[np.lexsort((weight[parallel], edge[parallel]))]]
        key, total = key[is_first], np.bincount(edge, weights=weight)
    if len(key) == 0:
        return key, key, np.empty(0, dtype=np.float64)
    return key // vertex_count, key % vertex_count, total
