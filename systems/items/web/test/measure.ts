// `node measure.ts <rounds>`: loads the list so often with a slowed-down processor, each time with an empty cache, and
// writes what it cost, and what it may, as one line of JSON. A process of its own for `npm run bench -- items-web`.
import { BUDGET, SLOW_DOWN } from './budget.ts'
import { startFaultyApi } from './faulty-api.ts'
import { measurePageLoad, type PageLoad } from './page-load.ts'
import { buildItems, startSite } from './running-site.ts'
import { manyItems } from './sample-items.ts'

const rounds = Number(process.argv[2])
await using built = await buildItems()
await using api = await startFaultyApi(await manyItems())
await using site = await startSite(built, api.listener, { traceSampling: 1 })
const loads: PageLoad[] = []
for (let round = 0; round < rounds; round += 1) loads.push(await measurePageLoad(site, SLOW_DOWN))
console.log(JSON.stringify({ slowDown: SLOW_DOWN, budget: BUDGET, loads }))
