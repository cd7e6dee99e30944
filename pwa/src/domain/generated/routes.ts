// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.
import type * as accounts from "./accounts";
import type * as estate from "./estate";
import type * as audits from "./audits";
import type * as recovery from "./recovery";
import type * as ratings from "./ratings";
import type * as planning from "./planning";
import type * as jobs from "./jobs";

/** Every route of the API by its method and path. */
export interface Routes
  extends
    accounts.Routes,
    estate.Routes,
    audits.Routes,
    recovery.Routes,
    ratings.Routes,
    planning.Routes,
    jobs.Routes {}
