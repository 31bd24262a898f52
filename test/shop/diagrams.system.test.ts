import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { diagramFile, diagramPage } from '../../scripts/diagram-page.ts'

it('S-13: has diagrams that are those of the templates: the system, loading products, a purchase', async () => {
  expect(readFileSync(diagramFile('shop'), 'utf8')).toBe(await diagramPage('shop'))
})
