# Tests that run the programs as a person would. The made workspace is made once for all of them.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(made ${CMAKE_BINARY_DIR}/made_workspace)
set(programs ${CMAKE_CURRENT_SOURCE_DIR}/programs)
set(shared ${CMAKE_SOURCE_DIR}/../shared)

add_test(NAME forget_made_workspace COMMAND ${CMAKE_COMMAND} -E rm -rf ${made})
add_test(NAME make_workspace
         COMMAND ${CMAKE_SOURCE_DIR}/tools/demo/make_workspace $<TARGET_FILE_DIR:caitu> ${made} 20000)
set_tests_properties(forget_made_workspace PROPERTIES FIXTURES_SETUP forgotten)
set_tests_properties(make_workspace PROPERTIES FIXTURES_SETUP made FIXTURES_REQUIRED forgotten TIMEOUT 300)

file(GLOB cases CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cases/*.case)
add_test(NAME cases COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/support/run_cases.py
         --program $<TARGET_FILE:caitu> --workspace ${made} ${cases})
set_tests_properties(cases PROPERTIES LABELS api FIXTURES_REQUIRED made TIMEOUT 300)

# name, label, and the arguments after the program
function(program_test name label)
  add_test(NAME ${name} COMMAND Python3::Interpreter ${programs}/${name}.py $<TARGET_FILE:caitu> ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS "${label}" FIXTURES_REQUIRED made TIMEOUT 600 SKIP_RETURN_CODE 77)
  if(CAITU_SANITIZE)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT CAITU_SANITIZED=1 TIMEOUT 3600)
  endif()
endfunction()
program_test(import_killed "cli;slow" ${made}/delivery)
program_test(live_edition cli ${made}/delivery)
program_test(living_edits api ${made}/delivery)
set_tests_properties(living_edits PROPERTIES RUN_SERIAL ON)  # it tells how long edits wait
if(NOT CAITU_SANITIZE)  # whose library wants to be the first one
  program_test(faulty_disk "cli;slow" $<TARGET_FILE:faulty_disk> ${made}/delivery)
endif()
program_test(care "cli;api" ${made}/delivery)
program_test(jobs "api;slow" ${made}/delivery)
program_test(editions cli)
program_test(readers api ${made})
program_test(accounts cli)
program_test(tbmj cli ${made})
program_test(faults_found cli ${made}/delivery $<TARGET_FILE:caitu-demo>)
program_test(real_data "cli;slow" ${shared}/data)
program_test(coverage_planted cli $<TARGET_FILE:test_analysis> ${made})
program_test(overlay "cli;slow" ${made})
add_test(NAME overlay_cases COMMAND Python3::Interpreter ${programs}/overlay_cases.py $<TARGET_FILE:test_geometry> ${shared}/data/ugly)
set_tests_properties(overlay_cases PROPERTIES LABELS "cli;slow" TIMEOUT 600)
program_test(checks "cli;slow" ${made})
program_test(what_if "api;slow" ${made})
program_test(check_evidence "cli;slow" ${made})
program_test(check_jobs "api;slow" ${made})
program_test(check_cases "cli;slow")
program_test(check_truth "cli;slow" ${CMAKE_SOURCE_DIR}/tools/demo/make_workspace ${made})
program_test(forms "cli;slow")
program_test(hostile cli)
program_test(imagery cli ${made}/delivery ${shared}/data)
program_test(ugly "cli;slow" ${shared}/data/ugly)
program_test(coverage_real "cli;slow" $<TARGET_FILE:test_analysis> ${shared}/data/stress)
# Of a workspace of its own, kept in the build folder from run to run.
set(large ${CMAKE_SOURCE_DIR}/tools/demo/make_workspace ${CMAKE_BINARY_DIR}/sweep_workspace 1000000)
program_test(tile_sweep "api;slow" ${large})
program_test(overlay_memory "cli;slow" ${large})
set_tests_properties(tile_sweep overlay_memory PROPERTIES RESOURCE_LOCK large_workspace)

find_program(NPM npm REQUIRED)
add_test(NAME web COMMAND ${NPM} test --silent WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/web)
# Alone: a screen as wide as a wall is drawn by the processor, and the page gives up after a while.
set_tests_properties(web PROPERTIES LABELS web FIXTURES_REQUIRED made TIMEOUT 1500 RUN_SERIAL ON
  ENVIRONMENT "CAITU_PROGRAM=$<TARGET_FILE:caitu>;CAITU_WORKSPACE=${made}")
