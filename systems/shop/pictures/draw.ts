import { join } from 'node:path'
import { launchChromium } from '@terrace/ui/testing'
import { backpack } from './drawings/backpack.ts'
import { blueShirt } from './drawings/blue-shirt.ts'
import { bottle } from './drawings/bottle.ts'
import { headphones } from './drawings/headphones.ts'
import { notepad } from './drawings/notepad.ts'
import { redMug } from './drawings/red-mug.ts'
import { EDGE_PX, scene } from './scene.ts'

/** One for each product, under the name of its object in the pictures bucket. */
const drawings = {
  'red-mug': redMug,
  'blue-shirt': blueShirt,
  notepad,
  headphones,
  bottle,
  backpack,
}

const QUALITY_PERCENT = 86

/** Draws the pictures of the products again: `node systems/shop/pictures/draw.ts` writes six `.jpeg` files here. */
async function draw(): Promise<void> {
  await using browser = await launchChromium()
  const page = await browser.newPage({ viewport: { width: EDGE_PX, height: EDGE_PX } })
  for (const [name, drawing] of Object.entries(drawings)) {
    await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${scene(drawing)}`)
    const path = join(import.meta.dirname, `${name}.jpeg`)
    const { length } = await page.screenshot({ path, type: 'jpeg', quality: QUALITY_PERCENT })
    console.log(`${path}: ${length} bytes`)
  }
}

await draw()
