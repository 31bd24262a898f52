import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { Lambda } from './lambda.ts'
import { empty, functionName, on, plainName } from './shapes.ts'

const ROUTE = '/2017-10-31/functions/{FunctionName}/concurrency'

/** How many executions of a function there may be at once. */
export const concurrencyOperations = ({ functions }: Lambda): readonly Operation[] => [
  operation({
    name: 'PutFunctionConcurrency',
    route: `PUT ${ROUTE}`,
    input: shape({ FunctionName: functionName, ReservedConcurrentExecutions: z.int().min(0) }),
    authorize: ({ FunctionName }) => on(functions, 'PutFunctionConcurrency', FunctionName),
    run({ FunctionName, ReservedConcurrentExecutions }) {
      functions.reserve(functions.get(plainName(FunctionName)), ReservedConcurrentExecutions)
      return { ReservedConcurrentExecutions }
    },
  }),
  operation({
    name: 'GetFunctionConcurrency',
    route: 'GET /2019-09-30/functions/{FunctionName}/concurrency',
    input: shape({ FunctionName: functionName }),
    authorize: ({ FunctionName }) => on(functions, 'GetFunctionConcurrency', FunctionName),
    run: ({ FunctionName }) => ({
      ReservedConcurrentExecutions: functions.get(plainName(FunctionName)).reservedConcurrency,
    }),
  }),
  empty(
    operation({
      name: 'DeleteFunctionConcurrency',
      route: `DELETE ${ROUTE}`,
      input: shape({ FunctionName: functionName }),
      authorize: ({ FunctionName }) => on(functions, 'DeleteFunctionConcurrency', FunctionName),
      run: ({ FunctionName }) => void functions.reserve(functions.get(plainName(FunctionName)), undefined),
    }),
  ),
]
