import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { diagramFile, diagramPage } from '../../scripts/diagram-page.ts'

it('I-20: have diagrams that are those of the template', async () => {
  expect(readFileSync(diagramFile('items'), 'utf8')).toBe(await diagramPage('items'))
})
