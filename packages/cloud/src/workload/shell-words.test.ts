import { expect, it } from 'vitest'
import { wordsOf } from './shell-words.ts'

it.each<[string, readonly string[] | undefined]>([
  ['curl -f http://localhost:8000/livez || exit 1', ['curl', '-f', 'http://localhost:8000/livez']],
  [`node -e "process.exit(0)" || exit 1`, ['node', '-e', 'process.exit(0)']],
  [`wget -q -O /dev/null 'http://localhost/' 2>&1`, ['wget', '-q', '-O', '/dev/null', 'http://localhost/']],
  ['curl localhost | grep ok', undefined],
  ['test -f $HOME/ok', undefined],
])('reads the line %s', (line, words) => expect(wordsOf(line)).toEqual(words))
