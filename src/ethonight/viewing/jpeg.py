"""A decoded frame as a JPEG. Loads PyAV and OpenCV: only a projector's child process imports this."""

from __future__ import annotations

import cv2
from av.video.frame import VideoFrame

from ethonight.video.av_decoder import Scaler

_QUALITY = 90


class JpegMaker:
    """Encodes upright pictures of one size (width, height; pixels, both even).

    They are scaled in the colours of the video, where there is half as much to do as in RGB.
    """

    def __init__(self, size: tuple[int, int], rotation: int) -> None:
        self._scaler = Scaler(size, rotation, "planes")

    def encode(self, frame: VideoFrame) -> bytes:
        picture = cv2.cvtColor(self._scaler.scaled(frame), cv2.COLOR_YUV2BGR_I420)
        made, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        assert made
        return data.tobytes()
