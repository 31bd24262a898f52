import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser, pictureOf } from './pictures/camera.ts'
import { picturesOfNotes } from './pictures/notes/index.ts'
import { pageOf } from './pictures/page.ts'
import { PROJECT, startPictured } from './pictures/system.ts'

/**
 * `npm run pictures`: starts the notes and makes the pictures and diagrams of their documentation from the running
 * system. Nothing in them is drawn or typed by hand. The list of notes is what is there: with a state of its own, after
 * `terrace reset notes`, it has the samples alone.
 */
const PORT = 4680
const folder = join(PROJECT, 'systems/notes/docs')
mkdirSync(folder, { recursive: true })

const browser = await openBrowser()
const system = await startPictured('notes', PORT)
try {
  const date = new Date().toISOString().slice(0, 10)
  for (const picture of await picturesOfNotes(system, browser)) {
    const file = join(folder, `${picture.file}.png`)
    writeFileSync(file, await pictureOf(browser, pageOf(picture, date)))
    console.log(`wrote ${file}`)
  }
} finally {
  await system.stop()
  await browser.close()
}
