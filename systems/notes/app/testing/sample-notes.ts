import type { Client } from './client.ts'

const NOTES = [
  ['Water the plants', 'The ones on the balcony too, and the fern in the bathroom.', ['home', 'garden'], true],
  ['Book a table for Friday', '', [], false],
  [
    'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen',
    'A word that has to break somewhere.',
    ['words'],
    false,
  ],
  [
    'Questions for the meeting',
    'Budget, dates, who writes it down.\nAnd where we meet next time.',
    ['work', 'this week'],
    false,
  ],
  ['雪国の冬', 'Read the last two chapters.', ['reading'], false],
  [
    'Paint for the kitchen',
    'Two litres of white, one of the green that we saw; rollers are in the cellar. Ask whether the old paint has to come off first, how long it takes to dry at this time of the year, and what the primer costs.',
    ['home', 'someday'],
    false,
  ],
] as const

/** Fills a system with notes of all kinds. */
export async function addSampleNotes(client: Client): Promise<void> {
  for (const [title, description, tags, done] of NOTES)
    await client.post('/api/notes', { title, description, tags, done })
}
