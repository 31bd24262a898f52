import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { byIou, type Result, table } from './result.ts'
import type { Scene } from './scenes/scene.ts'
import { withAlpha } from './timing.ts'

const WORST = 10
const PANEL = 512
const GROUND = '#ff00c8'

/**
 * Replaces the folder by the table, a line for every scene, and the ten worst as PNG files: the picture, the subject
 * by the truth and by us on a ground that no scene has, below them both alphas.
 * @param cutoutOf makes a scene and our alpha of it again: keeping them all would take a gigabyte
 */
export async function writeReport(
  folder: string,
  results: readonly Result[],
  cutoutOf: (result: Result) => Promise<{ readonly scene: Scene; readonly alpha: Uint8Array }>,
): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const sorted = byIou(results)
  const lines = sorted.map(
    ({ scene, ours, baseline }) =>
      `${ours.iou.toFixed(3)} (${baseline.iou.toFixed(3)})  ${scene.level} ${scene.subject} ${scene.background}: ${scene.seed}`,
  )
  await writeFile(
    join(folder, 'table.txt'),
    `${table(results)}\n\nIoU (baseline) of every scene\n${lines.join('\n')}\n`,
  )
  for (const [index, result] of sorted.slice(0, WORST).entries()) {
    const { scene, alpha } = await cutoutOf(result)
    const name = [index, scene.level, scene.subject, scene.background, result.ours.iou.toFixed(3)].join('-')
    await writeFile(join(folder, `${name}.png`), await sideBySide(scene, alpha))
  }
}

async function sideBySide(scene: Scene, alpha: Uint8Array): Promise<Buffer> {
  const { width, height } = scene
  const high = Math.round((PANEL * height) / width)
  const panels = await Promise.all([
    sharp(scene.file).resize(PANEL, high).toBuffer(),
    ...[scene.alpha, alpha].flatMap(one => [
      sharp(withAlpha(scene.picture, one), { raw: { width, height, channels: 4 } })
        .resize(PANEL, high)
        .flatten({ background: GROUND })
        .png()
        .toBuffer(),
      sharp(one, { raw: { width, height, channels: 1 } })
        .resize(PANEL, high)
        .png()
        .toBuffer(),
    ]),
  ])
  const places = [
    [0, 0],
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 1],
  ] as const
  return sharp({ create: { width: PANEL * 3, height: high * 2, channels: 3, background: '#202020' } })
    .composite(
      places.map(([column, line], index) => {
        const input = panels[index]
        return { ...(input && { input }), left: column * PANEL, top: line * high }
      }),
    )
    .png()
    .toBuffer()
}
