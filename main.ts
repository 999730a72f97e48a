#!/usr/bin/env node
/** The command line, as it is built: `dist/main.js`. */

import "./src/main";
