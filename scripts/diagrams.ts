import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { diagramFile, diagramPage } from './diagram-page.ts'

/** `npm run diagrams`: writes the diagrams of every system from its template. */
for (const system of ['items', 'library', 'shop']) {
  const file = diagramFile(system)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, await diagramPage(system))
  console.log(`wrote ${file}`)
}
