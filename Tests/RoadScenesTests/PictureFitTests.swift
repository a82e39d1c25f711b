import NeuralNetwork
import RoadScenes
import Testing
import Video

@Suite struct PictureFitTests {
    private static let sizes = [
        (Graph.Size(height: 36, width: 64), Graph.Size(height: 36, width: 48)),
        (Graph.Size(height: 60, width: 40), Graph.Size(height: 36, width: 48)),
        (Graph.Size(height: 18, width: 24), Graph.Size(height: 36, width: 48)),
        (Graph.Size(height: 31, width: 57), Graph.Size(height: 40, width: 40)),
        (Graph.Size(height: 200, width: 3), Graph.Size(height: 32, width: 32)),
    ]

    @Test(arguments: sizes) func aPictureIsAsLargeAsItFitsAndKeepsItsAspect(_ picture: Graph.Size, _ network: Graph.Size) {
        let fit = PictureFit(picture, in: network)
        #expect(fit.width == network.width || fit.height == network.height)
        #expect(fit.left >= 0 && fit.left + fit.width <= network.width && fit.top >= 0 && fit.top + fit.height <= network.height)
        #expect(abs(fit.left * 2 + fit.width - network.width) <= 1 && abs(fit.top * 2 + fit.height - network.height) <= 1)
        let (across, down) = (Double(fit.width) / Double(picture.width), Double(fit.height) / Double(picture.height))
        #expect(
            abs(Double(fit.width) - down * Double(picture.width)) <= 1
                || abs(Double(fit.height) - across * Double(picture.height)) <= 1)
    }

    @Test(arguments: sizes) func aroundThePictureLiesTheMeanColourAndNothingIsCutOff(_ picture: Graph.Size, _ network: Graph.Size)
    {
        let fit = PictureFit(picture, in: network)
        let image = RGBImage(width: picture.width, height: picture.height)
        for byte in image.bytes.indices { image.bytes[byte] = 250 }
        let seen = RGBImage(width: network.width, height: network.height)
        fit.draw(image, into: seen)
        for y in 0..<network.height {
            for x in 0..<network.width {
                let isInside = (fit.left..<fit.left + fit.width).contains(x) && (fit.top..<fit.top + fit.height).contains(y)
                let pixel = (y * network.width + x) * 3
                #expect(seen.bytes[pixel] == (isInside ? 250 : 124) && seen.bytes[pixel + 2] == (isInside ? 250 : 104))
            }
        }
    }

    @Test(arguments: sizes) func whatTheNetworkSaysOfAPlaceComesBackToThatPlace(_ picture: Graph.Size, _ network: Graph.Size) {
        let fit = PictureFit(picture, in: network)
        // Each of the network's pixels says where it lies in the picture.
        var across = [Float](repeating: -1, count: network.width * network.height)
        for y in fit.top..<fit.top + fit.height {
            for x in fit.left..<fit.left + fit.width {
                across[y * network.width + x] = (Float(x - fit.left) + 0.5) / Float(fit.width) * Float(picture.width)
            }
        }
        var result = [Float](repeating: -2, count: picture.width * picture.height)
        fit.spread(across, into: &result)
        let step = Float(picture.width) / Float(fit.width)
        for y in 0..<picture.height {
            for x in 0..<picture.width { #expect(abs(result[y * picture.width + x] - Float(x) - 0.5) <= step / 2 + 0.01) }
        }
    }

    @Test func limitsMakeLargePicturesSmallerAndLeaveSmallOnesAlone() {
        let limit = Graph.Size(height: 360, width: 480)
        #expect(PictureFit.size(of: Graph.Size(height: 540, width: 960), within: limit) == Graph.Size(height: 270, width: 480))
        #expect(PictureFit.size(of: Graph.Size(height: 720, width: 480), within: limit) == Graph.Size(height: 360, width: 240))
        #expect(PictureFit.size(of: Graph.Size(height: 100, width: 480), within: limit) == Graph.Size(height: 100, width: 480))
    }
}
