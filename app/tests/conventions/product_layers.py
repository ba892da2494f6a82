"""An import-linter contract of layers for the product alone: a test beside a module may import all that it tests.

Wildcards of import-linter stand for whole names, so that `ignore_imports` cannot name test_*.
"""

from grimp import ImportGraph
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import ContractCheck


class ProductLayers(LayersContract):
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        for module in [name for name in graph.modules if name.rpartition(".")[2].startswith("test_")]:
            graph.remove_module(module)
        return super().check(graph, verbose)
