import { z } from 'zod'
import { type Operation, operation, shape } from '../../gateway/api.ts'
import { timestamp } from '../../gateway/time.ts'
import { LARGEST_PAGE, LONGEST_MESSAGE, LONGEST_NAME, NAME_PATTERN } from './limits.ts'
import type { Greeting, Greetings } from './state.ts'

const greetingName = z.string().min(1).max(LONGEST_NAME).regex(NAME_PATTERN)

/** The table of Hello: AWS's shape in, AWS's shape out. What happens is in `state.ts`. */
export function operations(greetings: Greetings): readonly Operation[] {
  const on = (action: string, name: string) => ({ action: `hello:${action}`, resource: greetings.arnOf(name) })
  return [
    operation({
      name: 'PutGreeting',
      input: shape({ Name: greetingName, Message: z.string().min(1).max(LONGEST_MESSAGE) }),
      authorize: ({ Name }) => on('PutGreeting', Name),
      run: ({ Name, Message }) => ({ Greeting: describe(greetings.put(Name, Message), greetings) }),
    }),
    operation({
      name: 'GetGreeting',
      input: shape({ Name: greetingName }),
      authorize: ({ Name }) => on('GetGreeting', Name),
      run: ({ Name }) => ({ Greeting: describe(greetings.get(Name), greetings) }),
    }),
    operation({
      name: 'ListGreetings',
      input: shape({ MaxResults: z.int().min(1).max(LARGEST_PAGE).optional(), NextToken: z.string().optional() }),
      // A list is of no single greeting: its permission knows no resource.
      authorize: () => ({ action: 'hello:ListGreetings', resource: '*' }),
      run({ MaxResults = LARGEST_PAGE, NextToken }) {
        const page = greetings.list(MaxResults, NextToken)
        return { Greetings: page.greetings.map(each => describe(each, greetings)), NextToken: page.next }
      },
    }),
    operation({
      name: 'DeleteGreeting',
      input: shape({ Name: greetingName }),
      authorize: ({ Name }) => on('DeleteGreeting', Name),
      run({ Name }) {
        greetings.delete(Name)
        return {}
      },
    }),
  ]
}

const describe = ({ name, message, modified }: Greeting, greetings: Greetings) => ({
  Name: name,
  Arn: greetings.arnOf(name),
  Message: message,
  LastModifiedDate: timestamp(modified),
})
