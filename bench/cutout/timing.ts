import sharp from 'sharp'
import type { Picture, Segmenter } from '../../systems/quiz/cutout/segmentation/segmenter.ts'

/** From the file of a picture to the file with alpha, as the service does it. */
export async function toPng(segmenter: Segmenter, file: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(file).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const { alpha } = await segmenter.segment({ width, height, pixels: data })
  return sharp(withAlpha({ width, height, pixels: data }, alpha), { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer()
}

/** RGBA, row by row. */
export function withAlpha({ pixels }: Picture, alpha: Uint8Array): Uint8Array {
  const all = new Uint8Array(alpha.length * 4)
  for (let index = 0; index < alpha.length; index++) {
    const [from, to] = [index * 3, index * 4]
    all[to] = pixels[from] ?? 0
    all[to + 1] = pixels[from + 1] ?? 0
    all[to + 2] = pixels[from + 2] ?? 0
    all[to + 3] = alpha[index] ?? 0
  }
  return all
}

/** Processor time of this process and its threads for every file in turn, in milliseconds; two rounds to warm up. */
export async function processorTimes(segmenter: Segmenter, files: readonly Buffer[]): Promise<readonly number[]> {
  const threads = sharp.concurrency()
  sharp.concurrency(1)
  try {
    for (const file of files.slice(0, 2)) await toPng(segmenter, file)
    const times: number[] = []
    for (const file of files) {
      const before = process.cpuUsage()
      await toPng(segmenter, file)
      const { user, system } = process.cpuUsage(before)
      times.push((user + system) / 1000)
    }
    return times
  } finally {
    sharp.concurrency(threads)
  }
}
