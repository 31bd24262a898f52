import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeOnBothDatabases } from '../testing/running-library.ts'

/** As the requirements give them, with the server's address in place of `<URL>:<port>`. */
const LINES = [
  `curl -X POST <URL>:<port>/users/ -H "Content-Type: application/json" -d '{"name": "Alice"}'`,
  `curl <URL>:<port>/users/`,
  `curl -X POST <URL>:<port>/books/ -H "Content-Type: application/json" -d '{"title": "1984", "author": "George Orwell"}'`,
  `curl <URL>:<port>/books/`,
  `curl -X POST <URL>:<port>/books/1/borrow/2`,
  `curl -X POST <URL>:<port>/books/1/return/2`,
]

const run = promisify(execFile)

describeOnBothDatabases('the curl lines', libraries => {
  it('work as they are written (L-04)', async () => {
    await using library = await libraries.start()
    await library.client.post('/users/', { name: 'Somebody before' })
    const answers = []
    for (const line of LINES) {
      const { stdout } = await run('sh', ['-c', line.replace('<URL>:<port>', library.url)])
      answers.push(JSON.parse(stdout))
    }
    const alice = { id: 2, name: 'Alice', total_fines: 0, borrowed_books: [] }
    const book = {
      id: 1,
      title: '1984',
      author: 'George Orwell',
      available: true,
      borrowed_by_id: null,
      due_date: null,
    }
    const due_date = expect.stringMatching(/^\d{4}-\d\d-\d\d$/)
    expect(answers).toEqual([
      alice,
      [{ ...alice, id: 1, name: 'Somebody before' }, alice],
      book,
      [book],
      { ...book, available: false, borrowed_by_id: 2, due_date },
      book,
    ])
  })
})
