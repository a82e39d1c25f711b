"""The peers: one network in ONNX Runtime, MNN and OpenVINO, each with its fastest float32 settings for one frame at a time.

Each class takes the ONNX file and a number of threads, and answers `run(frame)`: (1, channels, H, W) float32 in, all scores
out as (1, classes, H, W) float32 in memory that Python can read. That handing over counts, for all of them. The memory
belongs to the runtime: it holds the answer until the next run and as long as the runtime lives.
"""
import contextlib
import os
import tempfile


class ONNXRuntime:
    def __init__(self, onnx_file, threads):
        import numpy
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = onnxruntime.InferenceSession(onnx_file, options, providers=["CPUExecutionProvider"])
        output = self.session.get_outputs()[0]
        self.input_name = self.session.get_inputs()[0].name
        self.scores = numpy.zeros(output.shape, numpy.float32)
        self.binding = self.session.io_binding()
        self.binding.bind_output(output.name, "cpu", 0, numpy.float32, self.scores.shape, self.scores.ctypes.data)

    def run(self, frame):
        self.binding.bind_cpu_input(self.input_name, frame)
        self.session.run_with_iobinding(self.binding)
        return self.scores


class MNN:
    def __init__(self, onnx_file, threads):
        self.folder = tempfile.TemporaryDirectory()
        model = os.path.join(self.folder.name, "network.mnn")
        with quiet():
            import MNN as mnn
            import _tools  # MNN's converter; its own wrapper, MNN.tools, would run pip
            _tools.mnnconvert(["mnnconvert", "-f", "ONNX", "--modelFile", onnx_file, "--MNNModel", model, "--bizCode", "camber"])
            self.interpreter = mnn.Interpreter(model)
            # "high" and "normal" are both float32 on x86; "low" is not.
            self.session = self.interpreter.createSession({"backend": "CPU", "numThread": threads, "precision": "high"})
        self.mnn = mnn
        self.input = self.interpreter.getSessionInput(self.session)
        self.output = self.interpreter.getSessionOutput(self.session)
        # Made once and kept: what getNumpyData gives out is this memory.
        self.scores = mnn.Tensor(self.output.getShape(), mnn.Halide_Type_Float, mnn.Tensor_DimensionType_Caffe)

    def run(self, frame):
        mnn = self.mnn
        self.input.copyFrom(mnn.Tensor(frame.shape, mnn.Halide_Type_Float, frame, mnn.Tensor_DimensionType_Caffe))
        self.interpreter.runSession(self.session)
        self.output.copyToHostTensor(self.scores)
        return self.scores.getNumpyData()


class OpenVINO:
    def __init__(self, onnx_file, threads):
        import openvino
        core = openvino.Core()
        settings = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
        self.request = core.compile_model(core.read_model(onnx_file), "CPU", settings).create_infer_request()

    def run(self, frame):
        return self.request.infer([frame], share_inputs=True, share_outputs=True)[0]


RUNTIMES = {"onnxruntime": ONNXRuntime, "mnn": MNN, "openvino": OpenVINO}


def answer(name, onnx_file, frame):
    """One pass, copied out."""
    runtime = RUNTIMES[name](onnx_file, 2)
    return runtime.run(frame).copy()


@contextlib.contextmanager
def quiet():
    """Hides what native code prints."""
    saved, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)
        os.close(null)
