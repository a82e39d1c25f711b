"""All operations."""
import shutil

from .disk import Disk
from .operation import UNFINISHED, FolderOperation
from .page import LabelsOnPage
from .program import MODELS, ROOT
from .registry import Registry
from .spool import FirstStart, Learn, SpoolChange, SpoolRun, Withdraw


def operations(tools):
    """All operations, each made only when its turn has come."""
    given, must = tools.given, tools.must
    first, second = map(str, MODELS)
    small = ["--size", "64x48"]
    must("synthesize", "--out", given / "drive", *small, "--fps", "5", "--frames", "16", "--seed", "7", "--format", "video")
    must("synthesize", "--out", given / "labeled", *small, "--fps", "0.25", "--frames", "2", "--drives", "2", "--seed", "100",
         "--format", "frames")
    must("synthesize", "--out", given / "held-out", *small, "--fps", "0.25", "--frames", "2", "--drives", "3", "--seed", "200",
         "--format", "frames")
    (given / "drives").mkdir()
    for name in ("one", "two"):
        shutil.copy(given / "drive/drive.mp4", given / f"drives/{name}.mp4")
    # A spool of some items, and what people get of it.
    maker = SpoolChange(tools, "given", [])
    tools.root.mkdir()
    for _ in range(20):
        # The gate keeps few frames on a busy machine.
        must("run", "--config", maker.configuration(5, given / "models"), "--for", "4s")
        if len(maker.ids(Disk(tools.root).state("all", "all"))) >= 3:
            break
    (tools.root / "spool").rename(given / "spool")
    for file in given.glob("spool/index*"):
        file.unlink()
    must("spool", "export", "--folder", given / "spool", "--for", "folder", "--out", given / "export")

    yield Registry(tools, "models add, the first", [], ["add", first, "--promote"])
    yield Registry(tools, "models add", [["add", first, "--promote"]], ["add", second])
    yield Registry(tools, "models add, promote", [["add", first, "--promote"]], ["add", second, "--promote"])
    yield Registry(tools, "models promote", [["add", first, "--promote"], ["add", second]], ["promote", "2"])
    yield Registry(tools, "models rollback", [["add", first, "--promote"], ["add", second, "--promote"]], ["rollback"])
    yield SpoolRun(tools)
    yield FirstStart(tools)
    yield SpoolChange(tools, "spool pin", ["pin", "1", "2"])
    yield SpoolChange(tools, "spool prune", ["prune"], limit=2)
    yield Withdraw(tools)
    yield LabelsOnPage(tools)

    for form in ("folder", "cvat", "coco", "label-studio"):
        yield FolderOperation(
            tools, f"spool export for {form}",
            lambda root, form=form: ["spool", "export", "--folder", given / "spool", "--for", form, "--out", root / "out"],
            aside="out")

    def readable_report(judge, root):
        if (root / "report.json").exists():
            judge.expect(judge.run("report", "merge", root / "report.json", codes=(0, 1)), "the report is empty")

    yield FolderOperation(
        tools, "labels import",
        lambda root: ["labels", "import", given / "export", "--dataset", root / "data"], differing=UNFINISHED.pattern)
    # A picture counts once it has labels.
    labels = (r"^data/(images|confidence)/", r"data/labels/(.*)\.png")
    yield FolderOperation(
        tools, "label pictures",
        lambda root: ["label", given / "labeled/images", "--model", first, "--out", root / "data"], differing=UNFINISHED.pattern,
        loose=labels[0], vouches=[(labels[1], r"data/images/\1.png"), (labels[1], r"data/confidence/\1.png")])
    yield FolderOperation(
        tools, "label a drive", lambda root: [
            "label", given / "drive/drive.mp4", "--every", "2", "--model", first, "--out", root / "data"],
        differing=UNFINISHED.pattern, loose=labels[0],
        vouches=[(labels[1], r"data/images/\1.jpg"), (labels[1], r"data/confidence/\1.png")])
    yield FolderOperation(
        tools, "segment a drive",
        lambda root: ["segment", given / "drive/drive.mp4", "--model", first, *small, "--masks", root / "masks.mkv", "-o",
                      root / "overlay.mp4", "--report", root / "report.json", "--resume"],
        checks=[readable_report], differing=r"report\.json$")
    yield FolderOperation(
        tools, "segment a drive into pictures",
        lambda root: ["segment", given / "drive/drive.mp4", "--model", first, *small, "--masks", str(root / "masks") + "/",
                      "--report", root / "report.json", "--resume"],
        checks=[readable_report], differing=r"report\.json$")
    yield FolderOperation(
        tools, "segment drives",
        lambda root: ["segment", given / "drives", "--model", first, *small, "--masks", root / "masks", "--png", "-o",
                      root / "overlay", "--report", root / "report.json", "--resume"],
        checks=[readable_report], differing=r"report\.json$")
    tiny = [part for setting in ("batch=2", "crop_width=32", "crop_height=32", "evaluate_every=1")
            for part in ("--set", setting)]
    yield FolderOperation(
        tools, "train segmentation",
        lambda root: ["train", "segmentation", "--dataset", f"folder:{given}/labeled", "--validation", "none", "--model", first,
                      "--recipe", ROOT / "configs/recipes/synthetic.yaml", "--epochs", "2", *tiny, "--threads", "1", "--out",
                      root / "new.safetensors", "--resume"], loose=r"\.lock$", differing=r"\.log\.jsonl$|\.svg$|\.partial$|\.lock$",
        checks=[lambda judge, root: [judge.run("models", "verify", file) for file in root.glob("*.safetensors")]])
    yield Learn(tools)
