/** In every test, memory that is given back holds nothing but 0xff, which no value has in it: it is no UTF-8. */

import { spentMemory } from "../src/spent-memory";

spentMemory.scrub = (memory) => memory.fill(0xff);
