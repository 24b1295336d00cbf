#include "app/program.hpp"

int main(int argc, char** argv) { return caitu::app::run_program(argc, argv); }
