import { readFileSync } from 'node:fs'
import { type OpenCv, withFreed } from '../opencv.ts'
import { PLANES, type Planes, SIDE } from './planes.ts'

/** Tells for every cell of planes how likely it is subject: the logarithm of the odds, `SIDE` × `SIDE`. */
export type SubjectNetwork = (planes: Planes) => Float32Array

/** The network's file, made by `bench/cutout/training`; in a bundle it lies beside `main.js`. */
export const SUBJECT_MODEL = new URL('./subject.onnx', import.meta.url)
/** Its place in OpenCV's own file system. */
const FILE = 'subject.onnx'

/** Loads the network into OpenCV, which runs it. @throws Error when the model cannot be read */
export function loadSubjectNetwork(cv: OpenCv): SubjectNetwork {
  const files = cv as OpenCv & FileSystem
  files.FS_createDataFile('/', FILE, readFileSync(SUBJECT_MODEL), true, false, false)
  const network = cv.readNetFromONNX(`/${FILE}`)
  files.FS_unlink(`/${FILE}`)
  return ({ values }) =>
    withFreed(keep => {
      // OpenCV.js makes matrices of two dimensions only; the model gives them back their four.
      const input = keep(new cv.Mat(PLANES, SIDE * SIDE, cv.CV_32F))
      input.data32F.set(values)
      network.setInput(input)
      return keep(network.forward()).data32F.slice()
    })
}

/** Emscripten's, which the declarations leave out. */
interface FileSystem {
  FS_createDataFile(folder: string, name: string, data: Uint8Array, read: boolean, write: boolean, own: boolean): void
  FS_unlink(path: string): void
}
