import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { diagramFile, diagramPage } from '../../scripts/diagram-page.ts'

it('L-22: has diagrams that are those of the template (npm run diagrams)', async () => {
  expect(readFileSync(diagramFile('library'), 'utf8')).toBe(await diagramPage('library'))
})
