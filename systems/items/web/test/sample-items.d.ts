import { MemoryItems } from '../../api/data/memory-items.ts'
/** Five items, among them long ones; the newest is the paper knife. */
export declare const fewItems: () => Promise<MemoryItems>
/** The id of the first of them, the blue cup. */
export declare const BLUE_CUP = '00000000-0000-8000-8000-000000000001'
export declare const noItems: () => Promise<MemoryItems>
/** Item 10,000 is the newest; item 7 alone is a needle. */
export declare const manyItems: () => Promise<MemoryItems>
