import CKernels

/// The steps of a pass with everything they point at.
///
/// Threading: as `InferencePlan`.
final class InferenceProgram {
    private(set) var steps: UnsafeMutablePointer<ck_step> = .allocate(capacity: 0)
    private(set) var names: [String] = []
    /// Steps that a run into the bound destination takes.
    private(set) var count = 0
    let threads: Int
    let arena: AlignedBuffer
    private var built: [ck_step] = []
    /// Contexts of the steps and the buffers they use: alive as long as the program.
    private var contexts: [UnsafeMutableRawPointer] = []
    private var constants: [AlignedBuffer] = []
    private var scratch: AlignedBuffer?
    private var maps: [String: ck_map] = [:]
    private var normalize: UnsafeMutablePointer<ck_normalize>?
    private var interleave: UnsafeMutablePointer<ck_interleave>?
    private var convolutions: [UnsafeMutablePointer<ck_conv>] = []
    private var inverted: [UnsafeMutablePointer<ck_inverted>] = []
    private var classify: [UnsafeMutablePointer<ck_classify>] = []
    private var sigmoid: UnsafeMutablePointer<ck_pair>?
    private var softmax: UnsafeMutablePointer<ck_softmax>?

    init(arena: AlignedBuffer, threads: Int) {
        self.arena = arena
        self.threads = threads
    }

    deinit {
        for context in contexts { context.deallocate() }
        steps.deallocate()
    }

    var memory: Int {
        ([arena, scratch].compactMap { $0 } + constants).reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
    }

    // MARK: Building

    func constant(count: Int) -> UnsafeMutablePointer<Float> {
        constants.append(AlignedBuffer(count: count))
        return constants[constants.count - 1].start
    }

    func constant(_ values: [Float]) -> UnsafeMutablePointer<Float> {
        let pointer = constant(count: values.count)
        pointer.update(from: values, count: values.count)
        return pointer
    }

    @discardableResult
    func add<Context>(_ name: String, _ run: @escaping ck_task, _ context: Context, tasks: Int) -> UnsafeMutablePointer<Context> {
        let pointer = UnsafeMutablePointer<Context>.allocate(capacity: 1)
        pointer.initialize(to: context)
        contexts.append(UnsafeMutableRawPointer(pointer))
        built.append(ck_step(run: run, context: pointer, count: Int32(tasks)))
        names.append(name)
        return pointer
    }

    func add(normalize context: ck_normalize) {
        normalize = add("normalize", ck_normalize_run, context, tasks: Int(context.out.height))
    }

    func add(interleave context: ck_interleave) {
        interleave = add("interleave", ck_interleave_run, context, tasks: Int(context.out.height))
    }

    func add(convolution context: ck_conv, _ name: String, _ run: @escaping ck_task, tasks: Int) {
        convolutions.append(add(name, run, context, tasks: tasks))
    }

    func add(inverted context: ck_inverted, _ name: String, _ run: @escaping ck_task, tasks: Int) {
        inverted.append(add(name, run, context, tasks: tasks))
    }

    func add(classify context: ck_classify, _ name: String, _ run: @escaping ck_task, tasks: Int) {
        classify.append(add(name, run, context, tasks: tasks))
    }

    /// In place, on the result's planes.
    func add(sigmoid context: ck_pair, _ name: String) {
        sigmoid = add(name, ck_sigmoid_run, context, tasks: Int(context.out.height))
    }

    /// The last step: runs only where probabilities are asked for.
    func add(softmax context: ck_softmax, _ run: @escaping ck_task) {
        softmax = add("softmax", run, context, tasks: (context.count + Int(context.block) - 1) / Int(context.block))
    }

    func observe(_ name: String, _ map: ck_map) { maps[name] = map }

    /// Gives every step the same scratch memory: steps run one after the other.
    func finish(scratchPerWorker: Int) {
        let stride = (scratchPerWorker + 15) / 16 * 16 + 16
        let scratch = AlignedBuffer(count: stride * threads)
        self.scratch = scratch
        for context in convolutions {
            context.pointee.scratch = scratch.start
            context.pointee.scratch_stride = stride
        }
        for context in inverted {
            context.pointee.scratch = scratch.start
            context.pointee.scratch_stride = stride
        }
        for context in classify {
            context.pointee.scratch = scratch.start
            context.pointee.scratch_stride = stride
        }
        steps.deallocate()
        steps = .allocate(capacity: built.count)
        steps.initialize(from: built, count: built.count)
    }

    // MARK: Running

    func bind(rgb: UnsafePointer<UInt8>, rowBytes: Int) {
        precondition(normalize != nil, "this plan was made for planes")
        normalize!.pointee.rgb = rgb
        normalize!.pointee.row_bytes = rowBytes
    }

    func bind(planes: UnsafePointer<Float>) {
        precondition(interleave != nil, "this plan was made for RGB pictures")
        interleave!.pointee.planes = planes
    }

    func bind(_ destination: InferencePlan.Destination) {
        count = names.count - (softmax == nil || (destination.wantsProbabilities && destination.planes != nil) ? 0 : 1)
        for context in classify {
            context.pointee.class_map = destination.classMap
            context.pointee.top_probability = destination.topProbability
            context.pointee.scores = destination.planes ?? ownPlanes
        }
        if let planes = destination.planes {
            sigmoid?.pointee.in.data = planes
            sigmoid?.pointee.out.data = planes
            softmax?.pointee.values = planes
        }
        precondition(sigmoid == nil || destination.planes != nil, "a network behind a sigmoid gives planes only")
    }

    /// Scores where the kernels need them although nobody asked for them.
    var ownPlanes: UnsafeMutablePointer<Float>?

    func output(of name: String) -> Tensor {
        guard let map = maps[name] else { preconditionFailure("\(name) is not observed") }
        let (channels, height, width) = (Int(map.channels), Int(map.height), Int(map.width))
        var tensor = Tensor(zeros: [1, channels, height, width])
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<channels {
                    tensor.values[(c * height + y) * width + x] = map.data[y * map.row + x * map.pixel + c]
                }
            }
        }
        return tensor
    }
}
