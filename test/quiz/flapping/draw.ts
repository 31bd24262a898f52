import { writeFileSync } from 'node:fs'
import { FLAPPING_FILE, flappingPlot, simulateDays } from './page.ts'

/** `npm run flapping -w systems/quiz`: draws the simulated day again. */
writeFileSync(FLAPPING_FILE, flappingPlot(await simulateDays()))
console.log(`wrote ${FLAPPING_FILE}`)
